"""JupyterLab's server as `course lab` starts it: `python -m coursekit.lab_server`, with JupyterLab's own options.

What a kernel says goes to the page at once. Jupyter's server leaves it to the system to gather small messages first, and
then a moved slider now and again waits 40 milliseconds for its picture.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's connection between a kernel and a page, without the gathering (TCP_NODELAY)."""

    def connect(self) -> Any:
        self.websocket_handler.set_nodelay(True)
        return super().connect()


if __name__ == "__main__":
    from jupyterlab.labapp import main

    main()
