-- For `./dev up` only, never for production: the organization that the documentation's examples use.
-- Can be applied again and again.
INSERT INTO organizations (id, name)
VALUES ('00000000-0000-0000-0000-000000000001', 'Example Organization')
ON CONFLICT (id) DO NOTHING;

INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units)
VALUES ('00000000-0000-0000-0000-000000000001', 'minute', 60, 20),
       ('00000000-0000-0000-0000-000000000001', 'day', 10000, 10000)
ON CONFLICT (organization_id, period, api_key_id, route) DO NOTHING;
