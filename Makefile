# Everything a person needs to run and test Matrícula; each target works from a bare checkout.
PYTHON ?= python3
RUN = .venv/bin/python
export PORT ?= 8000

.PHONY: demo test check bench help environment

help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: ## a running, filled demo school on http://localhost:$(PORT)
	@$(PYTHON) config/bootstrap.py --for demo
	@MATRICULA_ENV=demo exec $(RUN) -m config.run_demo

test: ## the whole test suite
	@$(PYTHON) config/bootstrap.py --for test
	@MATRICULA_ENV=test $(RUN) -m pytest $(if $(ARGS),$(ARGS),--numprocesses auto --maxprocesses 4 -m "not integration and not browser")
	@$(if $(ARGS),,MATRICULA_ENV=test $(RUN) -m pytest -m browser)

check: ## lint, format, types, imports, migrations, translations, templates, deployment
	@$(PYTHON) config/bootstrap.py --for check
	@$(RUN) -m config.checks

bench: ## the benchmarks, as a table and as var/bench.json
	@$(PYTHON) config/bootstrap.py --for bench
	@$(RUN) -m tests.bench
