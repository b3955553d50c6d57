select set_config('platspuls.timescale_wanted', %s, true)
