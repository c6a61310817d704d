#!/usr/bin/env bash
echo 'version 2'
date '+at %H:%M:%S'
