-- The importer's user, locked and without a password until you give it one:
--   ALTER USER importuser@'%' IDENTIFIED BY '...' ACCOUNT UNLOCK;
-- TRIGGER lets it see triggers on a target, which a table swap would lose: it refuses such tables.
CREATE USER IF NOT EXISTS importuser@'%' ACCOUNT LOCK;

GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, EXECUTE, TRIGGER ON rover.* TO importuser@'%';
