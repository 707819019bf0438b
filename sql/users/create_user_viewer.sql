-- The dashboard's user (DASHBOARD_MYSQL_URL), who may only read; locked and without a password until you give it one:
--   ALTER USER viewer@'%' IDENTIFIED BY '...' ACCOUNT UNLOCK;
CREATE USER IF NOT EXISTS viewer@'%' ACCOUNT LOCK;

GRANT SELECT ON rover.* TO viewer@'%';
