# Short names for the commands of README.md; nothing here that Maven does not do.
.PHONY: run test verify format ci up down

run: ## the demo: hub, database, broker and sandbox in one JVM
	mvn spring-boot:run

test:
	mvn -B test

verify:
	mvn -B clean verify

format:
	mvn -B spotless:apply

ci: ## what the pipeline runs: verify, then the packaged jar with a real webhook
	bash .ci/run

up: ## needs a container engine and .env (see .env.example)
	docker compose up --detach --build --wait

down:
	docker compose down
