-- naru:revision 5e9a4c3f1b65
-- naru:revises 3c7e2a1d9f43, 4d8f3b2e0a54
-- naru:message one line again
-- naru:date 2026-03-12T09:00:00Z

-- naru:up

-- naru:down
