"""The broker's side of ingest: the connection, messages and their acknowledgements, receipts.

paho-mqtt makes the connection: TLS, log-in, subscribing, keep-alive, reconnecting. The two packets that come and go by
the thousand, PUBLISH and PUBACK, pass it by (`fast`): `buffered_socket` stands between paho and the real socket, and
`packets` reads and writes them. Why: with 500 devices that send one record a message, this stores 1.5 to 1.75 times the
messages of plain paho at half the processor time (`python -m bench.ingest_peers`); with 100 records a message it makes
no difference. Draining a broker, in thousands of messages a second: this 136, pymosquitto 21, awscrt 17, gmqtt 17, paho
11, aiomqtt 4.

What it costs: `fast` replaces one private method of paho. So paho's version is bounded in pyproject.toml, every
connection is checked before it subscribes, and paho is asked for manual acknowledgements too: were the replacement
passed by, ingest would end with an error, and would acknowledge nothing that isn't stored.
PLATSPULS_INGEST_MQTT_PACKETS=paho leaves all packets to paho (`plain`); the same tests run over both.

Both keep to what the broker says: no more receipts are in flight than its Receive Maximum, and a receipt that it
refuses (a reason code of 0x80 or more) is logged, counted and dropped: its device sends again and is answered anew.
"""
