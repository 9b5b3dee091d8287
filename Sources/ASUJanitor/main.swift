import ASUCore
print("x")
