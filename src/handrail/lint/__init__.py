"""`handrail lint`: finds what is wrong with scenarios before a learner does.

`catalogue` names every rule, `rules/` holds them, `engine` finds scenarios and runs the rules, `reports` and `sarif`
print, `fix` mends what can be mended safely, `config` reads which rules are on.
"""
