import joblib


class Classifier:
    """A model: probabilities of the three species, from the file that its parameter names."""

    def __init__(self, file):
        self.model = joblib.load(file)

    def predict(self, X, features_names=None):
        return self.model.predict_proba(X)

    def class_names(self):
        return ["setosa", "versicolor", "virginica"]
