import random


class EpsilonGreedy:
    """Mostly takes the arm with the best mean reward so far; with probability epsilon any arm, to keep learning."""

    def __init__(self, arms=3, epsilon=0.1):
        self.epsilon = float(epsilon)
        self.tries = [0] * int(arms)
        # Every arm counts as perfect until it has been tried.
        self.means = [1.0] * int(arms)

    def route(self, X, features_names=None):
        arms = range(len(self.tries))
        if random.random() < self.epsilon:
            return random.choice(arms)
        return max(arms, key=lambda arm: self.means[arm])

    def send_feedback(self, features, feature_names, reward, truth, routing=None):
        self.tries[routing] += 1
        self.means[routing] += (reward - self.means[routing]) / self.tries[routing]

    def tags(self):
        return {"tries": self.tries, "means": self.means}
