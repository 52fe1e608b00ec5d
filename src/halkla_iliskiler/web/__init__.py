"""HTTP: parse with colander, call one service, choose a response."""
