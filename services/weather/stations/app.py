"""Observations in: over HTTP by command, and over MQTT from nats-server's own listener."""

from pydantic import TypeAdapter

from services.node import Node
from services.weather.commands import TakeObservations
from services.weather.stations.listed import listed
from services.weather.stations.mqtt import MqttIn
from services.weather.stations.take import Taker


def stations(node: Node) -> MqttIn:
    """Take observations in this process; what is returned is to be prepared, started and stopped.
    Raises DataRefused for a list of stations that is none.
    """
    taker = Taker(node, listed(node.settings.stations))
    node.serve("observation", taker.handle, TypeAdapter(TakeObservations))
    return MqttIn(node, taker)
