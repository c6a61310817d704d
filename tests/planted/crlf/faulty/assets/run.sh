#!/usr/bin/env bash
touch ~/ran
