select mark, crashes, alone from platspuls.suspect
