-- Rows of the target that a mirror run found gone from the source; deleted when it publishes, unless the run stores them anew.
USE rover;

CREATE TABLE IF NOT EXISTS import_deletion (
  run_id        VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  generation    INT         NOT NULL,
  source_row_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (run_id, generation, source_row_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
