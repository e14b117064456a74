{{ entities('sire', also=['sire_country']) }}
