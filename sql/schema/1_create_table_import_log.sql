-- Append-only, for people: what each run did. One start row, one row per page and generation, one final row per run.
USE rover;

CREATE TABLE IF NOT EXISTS import_log (
  import_log_id    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source_file      VARCHAR(50)  NOT NULL COMMENT 'data set id',
  target_host      VARCHAR(255) NOT NULL,
  target_db        VARCHAR(64)  NOT NULL,
  target_table     VARCHAR(64)  NOT NULL,
  total_row_count  BIGINT       NOT NULL COMMENT 'rows the run planned to read',
  chunk_row_count  BIGINT       NOT NULL COMMENT 'rows of this page; on the final row the rows stored',
  comments         VARCHAR(500) NULL,
  import_timestamp TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  run_id           VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
  generation       INT          NOT NULL DEFAULT 0,
  phase            VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'start, chunk, final',
  event            VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'start, chunk, success, failure',
  page_no          INT          NOT NULL DEFAULT -1,
  UNIQUE KEY import_log_once (run_id, phase, generation, page_no)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
