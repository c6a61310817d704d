import random


class ThompsonSampling:
    """Believes of each arm's reward what the wins and losses allow, draws one guess per arm, takes the best guess."""

    def __init__(self, arms=3):
        self.wins = [1.0] * int(arms)
        self.losses = [1.0] * int(arms)

    def route(self, X, features_names=None):
        guesses = [random.betavariate(won, lost) for won, lost in zip(self.wins, self.losses)]
        return guesses.index(max(guesses))

    def send_feedback(self, features, feature_names, reward, truth, routing=None):
        self.wins[routing] += reward
        self.losses[routing] += 1 - reward

    def tags(self):
        sums = [won + lost for won, lost in zip(self.wins, self.losses)]
        return {"tries": [total - 2 for total in sums], "means": [won / total for won, total in zip(self.wins, sums)]}
