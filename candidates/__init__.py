"""People in prison, or just released, who want work: model, validation, storage, import."""
