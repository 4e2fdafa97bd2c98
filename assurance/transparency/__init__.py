"""The public record of what runs here: the Algorithmic Transparency Recording Standard."""
