"""What every page is drawn with: rendering, wording, navigation, notices, charts."""
