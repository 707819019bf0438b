-- Keys are given by the importer (no AUTO_INCREMENT) and change with each full import; source_row_id identifies a row.
USE rover;

CREATE TABLE IF NOT EXISTS pet_license (
  pet_license_id     BIGINT UNSIGNED NOT NULL,
  license_issue_date DATETIME(3) NOT NULL,
  license_number     VARCHAR(20) NOT NULL,
  animal_s_name      VARCHAR(50) NULL,
  species            VARCHAR(50) NOT NULL,
  primary_breed      VARCHAR(50) NOT NULL,
  secondary_breed    VARCHAR(50) NULL,
  zip_code           VARCHAR(10) NULL,
  source_row_id      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_updated_at  DATETIME(3) NULL,
  PRIMARY KEY (pet_license_id),
  UNIQUE KEY source_row_id (source_row_id),
  KEY license_issue_date (license_issue_date),
  KEY license_number (license_number)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
