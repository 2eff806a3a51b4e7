DROP TABLE api_key_last_used;
