select mark from platspuls.suspect
