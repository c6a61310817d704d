echo welcome
