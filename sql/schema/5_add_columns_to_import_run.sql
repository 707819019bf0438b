-- For runs that read only what changed, and for rollbacks. Does nothing where the columns are there.
USE rover;

SET @add_columns = (
  SELECT IF(COUNT(*) > 0, 'DO 0', 'ALTER TABLE import_run
    ADD COLUMN answered_at DATETIME(3) NULL COMMENT ''the clock of the source when it told its version'',
    ADD COLUMN comparison LONGTEXT NULL COMMENT ''mirror: what source and target held when they were compared, JSON'',
    ADD COLUMN next_strategy VARCHAR(12) NULL COMMENT ''what the next generation has to be; NULL: planned anew'',
    ADD COLUMN restores_run VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT ''rollback: the run whose swap is undone''')
  FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'import_run' AND COLUMN_NAME = 'comparison'
);

PREPARE add_columns FROM @add_columns;

EXECUTE add_columns;

DEALLOCATE PREPARE add_columns;
