-- Topics that are imported at regular times. The queue is told of them; what is due, and what came of it, is decided here.
USE rover;

CREATE TABLE IF NOT EXISTS import_schedule (
  topic            VARCHAR(64)   NOT NULL PRIMARY KEY,
  cron             VARCHAR(200)  NOT NULL COMMENT 'minute, hour, day of the month, month, day of the week',
  time_zone        VARCHAR(64)   NOT NULL,
  mode             VARCHAR(12)   NOT NULL COMMENT 'initialize, incremental',
  due_after        DATETIME(3)   NOT NULL COMMENT 'occurrences up to then are over; the first one after it is the next',
  last_due_at      DATETIME(3)   NULL COMMENT 'when the last occurrence was due',
  last_outcome     VARCHAR(8)    NULL COMMENT 'started, skipped, refused',
  last_run_id      VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the run that was started, or was in the way',
  last_reason_code VARCHAR(64)   NULL,
  last_reason      VARCHAR(2000) NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
