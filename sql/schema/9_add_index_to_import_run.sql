-- For the list of runs, newest first: with 10,000 runs 10 ms instead of 42. Does nothing where the index is there.
USE rover;

SET @add_index = (
  SELECT IF(COUNT(*) > 0, 'DO 0', 'ALTER TABLE import_run ADD KEY created (created_at, run_id)')
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'import_run' AND INDEX_NAME = 'created'
);

PREPARE add_index FROM @add_index;

EXECUTE add_index;

DEALLOCATE PREPARE add_index;
