import warnings

# The wheel with PostgreSQL in it asks for a folder that a bare machine does not have.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
