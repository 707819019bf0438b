-- Licences by species and year of issue: every species for every year present, zeros included.
USE rover;

DROP PROCEDURE IF EXISTS GetLicenseCountBySpeciesYear;

CREATE PROCEDURE GetLicenseCountBySpeciesYear()
  SQL SECURITY INVOKER
  READS SQL DATA
  SELECT s.species,
         CAST(y.license_issue_year AS CHAR(4)) AS license_issue_date_year,
         COALESCE(n.license_count, 0) AS pet_license_count
  FROM (SELECT DISTINCT species FROM pet_license) s
  CROSS JOIN (SELECT DISTINCT YEAR(license_issue_date) AS license_issue_year FROM pet_license) y
  LEFT JOIN (
    SELECT species, YEAR(license_issue_date) AS license_issue_year, COUNT(*) AS license_count
    FROM pet_license
    GROUP BY species, YEAR(license_issue_date)
  ) n ON n.species = s.species AND n.license_issue_year = y.license_issue_year
  ORDER BY s.species, y.license_issue_year;
