DROP TABLE quota_alerts;
DROP TABLE quotas;
