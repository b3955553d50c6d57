delete from lost
