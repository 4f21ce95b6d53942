"""Who answers which case: shifts, what an adviser may and can take, rules, escalation, handing over, presence."""
