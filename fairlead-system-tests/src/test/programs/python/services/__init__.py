# SPDX-License-Identifier: Apache-2.0
"""Classes whose objects travel in pickles."""
