# Shorthand for the two longest commands; everything else is in ./dev.

.PHONY: test bench

# Style, types, import layers and tests, as continuous integration runs them.
test:
	./dev test $(ARGS)

# The product against its peers; ARGS go to `python -m benchmarks`, for example ARGS=--quick.
bench:
	./dev python -m pip install --quiet --editable '.[bench]'
	./dev python -m benchmarks $(ARGS)
