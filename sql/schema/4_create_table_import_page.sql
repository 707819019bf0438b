-- The ledger of pages. A page's done mark is written in the transaction that stores its rows.
USE rover;

CREATE TABLE IF NOT EXISTS import_page (
  run_id         VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  generation     INT           NOT NULL,
  page_no        INT           NOT NULL,
  state          VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'open, claimed, done, failed',
  row_offset     BIGINT        NOT NULL,
  planned_rows   INT           NOT NULL,
  enqueue_no     INT           NOT NULL DEFAULT 1 COMMENT 'part of the job id; raised when the page is enqueued anew',
  fence          INT           NOT NULL DEFAULT 0 COMMENT 'raised by each claim; only its holder may write',
  attempt_count  INT           NOT NULL DEFAULT 0 COMMENT 'claims that ended in a transient fault',
  crash_count    INT           NOT NULL DEFAULT 0 COMMENT 'claims that ended without any outcome',
  request_count  INT           NOT NULL DEFAULT 0,
  claimed_by     VARCHAR(100)  NULL,
  row_count      INT           NULL,
  digest_sum     BIGINT UNSIGNED NULL,
  body_bytes     BIGINT        NULL,
  fetch_ms       INT           NULL,
  load_ms        INT           NULL,
  error_code     VARCHAR(64)   NULL,
  error_message  VARCHAR(2000) NULL,
  changed_at     DATETIME(3)   NOT NULL,
  PRIMARY KEY (run_id, generation, page_no),
  KEY run_state (run_id, generation, state, changed_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
