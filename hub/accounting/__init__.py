"""Pure accounting decisions: whose document it is, who it is from, which account, which VAT, when due."""
