-- Accounts of a demonstration: nobody real, over made-up people. No one-time code is asked of them, so
-- that whoever tries the service out need not set up an authenticator six times.
ALTER TABLE account ADD COLUMN made_up boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN account.made_up IS 'of a demonstration; the service makes none where people are real';
