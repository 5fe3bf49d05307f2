-- The administrators' console: roles, agencies and units with their history, what waits
-- for a second person, what the platform can be set to.

ALTER TABLE member_role MODIFY COLUMN role
  ENUM('officer','sealer','vendor_signer','agency_admin','platform_admin','auditor','registry','company_admin') NOT NULL;
