"""What the figures say: KPIs with their target, formula and the rows behind them. It reads every floor and writes
down only scores."""
