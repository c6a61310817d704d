#!/usr/bin/env bash
echo 'version 1'
date '+at %H:%M:%S'
