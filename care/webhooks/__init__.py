"""Webhooks: programs elsewhere that are told what happens here, by Standard Webhooks. Ids alone, unless somebody chose more."""
