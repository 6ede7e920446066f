"""Text that others wrote: orders to whoever writes the reply are recognised here, and nowhere else.

Such text is data wherever it comes from. Recognising an order changes nothing about it: the injection check asks
whether a reply obeys it, and a line of knowledge that gives one backs no statement of a reply.
"""

from inference.untrusted.orders import Instruction, instructions_in
from inference.untrusted.trust import orders_of, trusted

__all__ = ["Instruction", "instructions_in", "orders_of", "trusted"]
