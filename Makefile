# Shorthand for the longest commands; everything else is in ./dev.

.PHONY: test bench solutions

# Style, types, import layers and tests, as continuous integration runs them.
test:
	./dev test $(ARGS)

# The product against its peers; ARGS go to `python -m benchmarks`, for example ARGS=--quick.
bench:
	./dev python -m pip install --quiet --editable '.[bench]'
	./dev python -m benchmarks $(ARGS)

# The reference solutions of the shipped instances, anew, from those that are there.
solutions:
	for instance in instances/*/instance.toml; do \
		name=$$(basename $$(dirname $$instance)); \
		./dev freighter solve instances/$$name --output solutions/$$name --gap 0 \
			--time-limit 120 --threads 2 || exit 1; \
	done
