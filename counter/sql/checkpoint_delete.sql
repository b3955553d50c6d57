delete from checkpoint
