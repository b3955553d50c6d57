select before from platspuls.forgotten
