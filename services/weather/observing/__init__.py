"""What stations and people measured, in whatever form it comes, as observations of a venue."""
