-- A page of a mirror run has a condition of its own. Does nothing where the columns are there.
USE rover;

SET @add_columns = (
  SELECT IF(COUNT(*) > 0, 'DO 0', 'ALTER TABLE import_page
    ADD COLUMN row_filter TEXT NULL COMMENT ''the condition the page is read under; NULL: that of the run'',
    ADD COLUMN key_offset BIGINT NULL COMMENT ''rows of the run before this page; NULL: row_offset''')
  FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'import_page' AND COLUMN_NAME = 'row_filter'
);

PREPARE add_columns FROM @add_columns;

EXECUTE add_columns;

DEALLOCATE PREPARE add_columns;
