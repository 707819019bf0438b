-- The dashboard's user may count licences for its charts: the procedure reads with the rights of who calls it.
USE rover;

CREATE USER IF NOT EXISTS viewer@'%' ACCOUNT LOCK;

GRANT EXECUTE ON PROCEDURE GetLicenseCountBySpeciesYear TO viewer@'%';
