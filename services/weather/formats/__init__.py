from services.weather.formats.recognise import read_any

__all__ = ["read_any"]
