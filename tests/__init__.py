import gc

# What is imported and collected lives as long as the run: see `pytest_collection_finish`.
gc.disable()
