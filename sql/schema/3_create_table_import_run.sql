-- The ledger of runs. open_target is NULL once a run is over, so that one table has at most one open run.
USE rover;

CREATE TABLE IF NOT EXISTS import_run (
  run_id             VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  topic              VARCHAR(64)   NOT NULL,
  mode               VARCHAR(12)   NOT NULL COMMENT 'initialize, incremental',
  strategy           VARCHAR(12)   NOT NULL COMMENT 'full, cursor: what the run does in the end',
  state              VARCHAR(12)   NOT NULL COMMENT 'planned, loading, settling, publishing, succeeded, failed, cancelled',
  definition         LONGTEXT      NOT NULL COMMENT 'the topic file as it was when the run was planned, JSON',
  source_url         VARCHAR(255)  NOT NULL,
  dataset            VARCHAR(50)   NOT NULL,
  target_host        VARCHAR(255)  NOT NULL,
  target_db          VARCHAR(64)   NOT NULL,
  target_table       VARCHAR(64)   NOT NULL,
  open_target        VARCHAR(130) GENERATED ALWAYS AS (
    CASE WHEN state IN ('planned', 'loading', 'settling', 'publishing') THEN CONCAT(target_db, '.', target_table) END
  ) STORED,
  source_filter      TEXT          NULL COMMENT 'the condition rows are read under; NULL reads everything',
  generation         INT           NOT NULL DEFAULT 1,
  moved_reason       VARCHAR(500)  NULL COMMENT 'set: this generation is closed because the source moved',
  planned_rows       BIGINT        NOT NULL,
  page_rows          INT           NOT NULL,
  page_count         INT           NOT NULL,
  base_key           BIGINT UNSIGNED NOT NULL,
  rows_before        BIGINT        NOT NULL COMMENT 'rows of the target when the run was planned',
  version_kind       VARCHAR(10)   NOT NULL,
  source_version     VARCHAR(200)  NOT NULL,
  source_fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_count      INT           NOT NULL DEFAULT 0 COMMENT 'requests of planning and settling; those of pages stand there',
  note               VARCHAR(500)  NULL COMMENT 'what the receipt should tell besides the figures',
  reason_code        VARCHAR(64)   NULL,
  reason             VARCHAR(2000) NULL,
  receipt            LONGTEXT      NULL COMMENT 'JSON',
  created_at         DATETIME(3)   NOT NULL,
  moved_at           DATETIME(3)   NOT NULL COMMENT 'last change of state',
  finished_at        DATETIME(3)   NULL,
  UNIQUE KEY one_open_run_per_target (open_target),
  KEY topic_created (topic, created_at),
  KEY state_created (state, created_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
