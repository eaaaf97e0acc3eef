"""The least that a program with a plot can be: a window with an empty one in it."""

import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow

application = QApplication(["nnlab"])
window = QMainWindow()
window.resize(1280, 800)
window.setCentralWidget(pyqtgraph.PlotWidget())
window.show()
application.exec()
